// Copies what a field holds. Without the permission it selects the text, so that one can copy it oneself.
export default function copy(button, say) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      say((button.textContent = button.dataset.done));
    } catch {
      field.select();
    }
  });
  button.hidden = false;
}
