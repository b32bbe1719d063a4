// Lets one read what is in a password field. It is covered again before it is sent, so that browsers know what they save.
export default function reveal(button, say) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const { hide, shown, covered } = button.dataset;
  const show = button.textContent;
  const turn = (readable) => {
    input.type = readable ? "text" : "password";
    button.textContent = readable ? hide : show;
  };
  button.addEventListener("click", () => {
    const readable = input.type === "password";
    turn(readable);
    say(readable ? shown : covered);
  });
  input.form.addEventListener("submit", () => turn(false));
  button.hidden = false;
}
