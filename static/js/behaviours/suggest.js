// The search field as a combobox (ARIA APG: editable, list autocomplete): htmx fetches the list, this walks it. What was typed
// stays in the field; Home and End move in it, as in any field, and let go of the list.
export default function suggest(input) {
  const list = document.getElementById(input.dataset.list);
  const options = () => [...list.children];
  let active = -1;

  const mark = (index) => {
    active = index;
    options().forEach((option, at) => option.setAttribute("aria-selected", at === index));
    const option = options()[index];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", open);
    mark(-1);
  };

  input.role = "combobox";
  for (const [name, value] of Object.entries({ autocomplete: "list", controls: list.id, expanded: "false" }))
    input.setAttribute("aria-" + name, value);

  list.addEventListener("htmx:afterSettle", () => {
    show(options().length > 0 && input.value.trim() !== "" && document.activeElement === input);
  });
  input.addEventListener("input", () => input.value.trim() || show(false));
  input.addEventListener("blur", () => setTimeout(() => show(false), 200));
  input.addEventListener("keydown", (event) => {
    const last = options().length - 1;
    const { key } = event;
    if (key === "Home" || key === "End") return mark(-1);
    if (key === "Escape" && !list.hidden) show(false);
    else if (key === "ArrowDown" && last >= 0) {
      if (list.hidden) show(true);
      // One step past the last is the field again.
      mark(active < last ? active + 1 : -1);
    } else if (key === "ArrowUp" && !list.hidden) mark(active < 0 ? last : active - 1);
    else if (key === "Enter" && active >= 0 && !list.hidden) options()[active].click();
    else return;
    event.preventDefault();
  });
}
