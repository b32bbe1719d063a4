// Runs first: sets the Trusted Types policy of the site's CSP. Script comes only from our static files; HTML passes,
// because the CSP already keeps it from running anything.
window.trustedTypes?.createPolicy("default", {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    const { origin, pathname, href } = new URL(url, document.baseURI);
    if (origin === location.origin && pathname.startsWith("/static/")) return href;
    throw new TypeError("script from elsewhere refused: " + url);
  },
});
