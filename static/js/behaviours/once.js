// A form that is sent once: its button says what is happening and takes no second press. Coming back revives it.
export default function once(form, say) {
  const button = form.querySelector("[data-busy]");
  const words = button.innerHTML;
  form.addEventListener("submit", () => {
    button.disabled = true;
    button.textContent = button.dataset.busy;
    say(button.dataset.busy);
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    button.disabled = false;
    button.innerHTML = words;
  });
}
