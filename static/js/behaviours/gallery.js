// Thumbnails move the strip instead of jumping the page, the one in view is marked, and a picture opens large.
export default function gallery(root) {
  const items = [...root.querySelectorAll(".gallery__item")];
  const thumbs = [...root.querySelectorAll(".gallery__thumb")];
  const strip = root.querySelector(".gallery__strip");

  thumbs.forEach((thumb, index) =>
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      strip.scrollTo({ left: items[index].offsetLeft - strip.offsetLeft });
    }),
  );

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const thumb = thumbs[items.indexOf(target)];
        if (isIntersecting) thumb?.setAttribute("aria-current", "true");
        else thumb?.removeAttribute("aria-current");
      }
    },
    { root: strip, threshold: 0.6 },
  );
  items.forEach((item) => seen.observe(item));

  const dialog = root.querySelector("dialog");
  strip.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const image = dialog.querySelector("img");
    image.src = link.href;
    image.alt = link.querySelector("img").alt;
    dialog.showModal();
  });
  dialog.addEventListener("click", () => dialog.close());
}
