// Making a passkey: where the browser can, the button asks the device for one and sends what it answers.
export default function newpasskey(button, say) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(button.dataset.options));
      button.form.elements.credential.value = JSON.stringify(await navigator.credentials.create({ publicKey }));
      button.form.requestSubmit();
    } catch {
      document.getElementById(button.getAttribute("aria-describedby")).textContent = button.dataset.failed;
      say(button.dataset.failed);
    }
  });
}
