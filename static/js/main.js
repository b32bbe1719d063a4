// Starts the page's behaviours, each loaded only where the page asks for it, and keeps the promises every swap
// makes: it is announced, focus goes where it should, what was unfolded stays so, and a failure says so.
const behaviours = {
  gallery: () => import("./behaviours/gallery.js"),
  menu: () => import("./behaviours/menu.js"),
  once: () => import("./behaviours/once.js"),
  suggest: () => import("./behaviours/suggest.js"),
};
const by = (id) => document.getElementById(id);
const say = (text) => text && (by("live").textContent = text);

function start(root) {
  for (const element of [root, ...root.querySelectorAll("[data-behaviour]")]) {
    const name = element.dataset?.behaviour;
    if (!behaviours[name] || element.started) continue;
    element.started = true;
    behaviours[name]().then((module) => module.default(element, say));
  }
}

function fail() {
  const box = by("failure").content.cloneNode(true);
  by("notices").replaceChildren(box);
  say(by("notices").innerText);
}

const on = (name, heard) => document.addEventListener("htmx:" + name, heard);
let unfolded;

on("beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const page = /^\s*<(!doctype|html)/i.test(xhr.response);
  const part = requestConfig.elt.dataset.hxSelect;
  // A page that lacks the part we asked for (an error page, or where a redirect led) is shown as the page it is;
  // one that answers a write, or nothing at all, is never squeezed into a part of this page.
  if (xhr.status >= 400 ? page || !xhr.response : part && !xhr.response.includes(`id="${part.slice(1)}"`)) {
    event.detail.shouldSwap = false;
    if (part && (xhr.status < 400 || requestConfig.verb === "get")) location.assign(xhr.responseURL);
    else if (requestConfig.verb !== "get") fail();
  }
  unfolded = new Map(Array.from(document.querySelectorAll("details[id]"), (d) => [d.id, d.open]));
});

on("afterSettle", ({ target, detail }) => {
  for (const details of target.querySelectorAll("details[id]"))
    if (unfolded?.has(details.id)) details.open = unfolded.get(details.id);
  start(target);
  const news = target.closest("[data-announce]") ?? target.querySelector("[data-announce]");
  say(news?.dataset.announce);
  const dialog = target.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  const focus = detail.requestConfig?.elt.dataset.focus;
  if (focus) by(focus)?.focus();
});

on("sendError", ({ detail }) => detail.requestConfig.verb !== "get" && fail());
on("timeout", ({ detail }) => detail.requestConfig.verb !== "get" && fail());

document.addEventListener("click", ({ target }) => {
  target.closest("[data-dismiss]")?.parentElement.remove();
});

start(document);
