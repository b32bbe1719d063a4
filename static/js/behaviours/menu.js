// An open menu closes with Escape (focus goes back to its button) and when one clicks or tabs elsewhere.
export default function menu(details) {
  details.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  const away = ({ target }) => details.contains(target) || (details.open = false);
  document.addEventListener("click", away);
  document.addEventListener("focusin", away);
}
