// A disclosure (the menu, a flyout of it) closes with Escape, which gives the focus back to its button, and when one clicks or
// tabs elsewhere. Escape also sends away what only a resting pointer holds open (WCAG 1.4.13), until the pointer leaves.
export default function menu(root) {
  const details = root.querySelector(":scope > details") ?? root;
  const away = ({ target }) => root.contains(target) || (details.open = false);
  document.addEventListener("click", away);
  document.addEventListener("focusin", away);
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    root.classList.add("shut");
    if (!details.open) return;
    details.open = false;
    if (root.contains(document.activeElement)) details.querySelector("summary").focus();
  });
  root.addEventListener("pointerleave", () => root.classList.remove("shut"));
}
