// Loads behaviours where a page needs them, and keeps what every swap promises: it is announced, focus goes where
// it should, what was unfolded stays so, and a failure says so.
const behaviours = {
  copy: () => import("./behaviours/copy.js"),
  gallery: () => import("./behaviours/gallery.js"),
  menu: () => import("./behaviours/menu.js"),
  newpasskey: () => import("./behaviours/newpasskey.js"),
  once: () => import("./behaviours/once.js"),
  passkey: () => import("./behaviours/passkey.js"),
  recent: () => import("./behaviours/recent.js"),
  reveal: () => import("./behaviours/reveal.js"),
  sheet: () => import("./behaviours/sheet.js"),
  suggest: (input) =>
    new Promise((wanted) => input.addEventListener("focus", wanted, { once: true })).then(
      () => import("./behaviours/suggest.js"),
    ),
};
const by = (id) => document.getElementById(id);
const say = (text) => text && (by("live").textContent = text);
const on = (name, heard) => document.addEventListener("htmx:" + name, heard);

function start(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    if (element.started) continue;
    element.started = true;
    behaviours[element.dataset.behaviour](element).then((module) => module.default(element, say));
  }
}

function fail({ requestConfig, xhr }) {
  if (requestConfig.verb === "get") return;
  const toast = by("failure").content.cloneNode(true);
  const answer = document.createElement("template");
  answer.innerHTML = xhr.response;
  const words = toast.querySelector("p");
  words.textContent = answer.content.querySelector("[data-status]")?.textContent ?? words.textContent;
  say(words.textContent);
  by("notices").replaceChildren(toast);
}

// Pages are the same for everybody; what is on the shopper's wish list comes with the header's fragment. A product's heart stands
// for all its variants, a variant's also for the product as a whole. A filled one takes away what it stands for.
function hearts() {
  const marks = by("saved")?.dataset.marks?.split(" ") ?? [];
  for (const heart of document.querySelectorAll("[form=quick-save]:not([name=removed])")) {
    const handle = heart.value.split(":")[0];
    const near = (mark) => mark === heart.value || mark === handle || mark.split(":")[0] === heart.value;
    heart.ariaPressed = marks.some(near);
    heart.name = heart.ariaPressed === "true" ? "off" : "item";
  }
}

let unfolded;
let held;

on("beforeSwap", ({ detail }) => {
  const { xhr, requestConfig, target } = detail;
  const part = requestConfig.elt.dataset.hxSelect?.split(" ")[0];
  const found = xhr.response.includes(`id="${part?.slice(1) ?? target.id}"`);
  // Without the part we asked for it is an error page, or where a redirect led: a look shows it as the page it is,
  // a write says that it failed.
  if (!found && (part || xhr.status >= 400)) {
    detail.shouldSwap = false;
    if (part && (xhr.status < 400 || requestConfig.verb === "get")) location.assign(xhr.responseURL);
    else fail(detail);
  }
  held = document.activeElement;
  unfolded = Array.from(document.querySelectorAll("details[id]"), (details) => [details.id, details.open]);
});

on("afterSettle", ({ target, detail }) => {
  for (const [id, open] of unfolded ?? []) {
    const details = by(id);
    if (target.contains(details)) details.open = open;
  }
  start(target);
  hearts();
  say((target.closest("[data-announce]") ?? target.querySelector("[data-announce]"))?.dataset.announce);
  const dialog = target.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  const { elt, triggeringEvent, verb } = detail.requestConfig ?? {};
  // What was said before this change is old by now.
  if (verb && verb !== "get") by("said")?.remove();
  // After a change one stays where one was: htmx finds that by its id. What is gone for good gives the focus on.
  const lost = !held?.isConnected && document.activeElement === document.body;
  if (lost || triggeringEvent?.type !== "change") by(elt?.dataset.focus)?.focus();
});

on("oobAfterSwap", ({ detail }) => say(detail.target.dataset.announce));
on("sendError", ({ detail }) => fail(detail));
on("timeout", ({ detail }) => fail(detail));

// Whoever presses "Show products" wants to see them, not the filters.
document.addEventListener("submit", ({ target }) => target.querySelector("#filters")?.removeAttribute("open"));
document.addEventListener("click", ({ target }) => target.closest("[data-dismiss]")?.parentElement.remove());

start(document);
