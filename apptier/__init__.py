"""The reference backend: one package per microservice, each able to run alone or all together."""
