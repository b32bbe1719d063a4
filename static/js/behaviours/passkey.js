// Signing in with a passkey: shows its button where the browser has them; where the page brings the pool's question, asks the
// device for the answer and sends it.
export default function passkey(button, say) {
  const { options, failed } = button.dataset;
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  button.hidden = false;
  if (!options) return;
  button.addEventListener("click", async () => {
    try {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
      const credential = await navigator.credentials.get({ publicKey });
      button.form.elements.credential.value = JSON.stringify(credential);
      button.form.requestSubmit();
    } catch {
      const words = document.getElementById(button.getAttribute("aria-describedby"));
      words.textContent = failed;
      say(failed);
    }
  });
}
