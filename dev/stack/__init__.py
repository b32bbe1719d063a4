"""The supervisor of the local stack and the services it runs.

    with DevStack(Path("var/demo"), ports=Ports.free()) as stack:
        stack.boto("sqs").get_queue_attributes(QueueUrl=stack.provisioned.order_queue_url)

Supervisor (supervisor, process, guardian, probes, portcheck) knows nothing of the shop; emulators, tiers and
environment know nothing of processes; devstack puts them together.
"""
