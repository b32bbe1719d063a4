// Filters that cover the page close with Escape, and when focus leaves them: nobody may type behind them.
export default function sheet(details) {
  const covers = () => details.open && getComputedStyle(details).position === "fixed";
  details.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !covers()) return;
    details.open = false;
    details.firstElementChild.focus();
  });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && covers() && !details.contains(relatedTarget)) details.open = false;
  });
}
