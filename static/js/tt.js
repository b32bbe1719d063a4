// Runs first, before any other script: says that script runs, and sets the Trusted Types policy that the
// site's Content-Security-Policy asks for. Script may only come from our own static files; HTML passes, because
// the policy (no inline script, no eval) already keeps it from running anything.
document.documentElement.classList.add("js");
window.trustedTypes?.createPolicy("default", {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    const { origin, pathname, href } = new URL(url, document.baseURI);
    if (origin === location.origin && pathname.startsWith("/static/")) return href;
    throw new TypeError("script from elsewhere refused: " + url);
  },
});
