// Arrows and thumbnails move the strip instead of jumping the page, the count is kept, a picture opens large; and a
// variant chosen beside it brings its picture, its structured data and, where a postcode was asked about, its stores.
export default function gallery(root, say) {
  const $ = (selector, within = root) => within.querySelector(selector);
  const items = [...root.querySelectorAll(".gallery__item")];
  const thumbs = [...root.querySelectorAll(".gallery__thumb")];
  const strip = $(".gallery__strip");
  const count = $(".gallery__count");
  let at = 0;

  const show = (index, aloud) => {
    at = (index + items.length) % items.length;
    const [item, box] = [items[at], strip].map((one) => one.getBoundingClientRect());
    strip.scrollBy({ left: item.left - box.left });
    if (aloud) say(root.dataset.position.replace("{n}", at + 1) + ": " + $("img", items[at]).alt);
  };
  thumbs.forEach((thumb, index) =>
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      show(index, true);
    }),
  );
  $("#gallery-back")?.addEventListener("click", () => show(at - 1, true));
  $("#gallery-on")?.addEventListener("click", () => show(at + 1, true));

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const index = items.indexOf(target);
        if (isIntersecting) at = index;
        if (isIntersecting) thumbs[index]?.setAttribute("aria-current", "true");
        else thumbs[index]?.removeAttribute("aria-current");
      }
      if (count) count.textContent = at + 1 + " / " + items.length;
    },
    { root: strip, threshold: 0.6 },
  );
  items.forEach((item) => seen.observe(item));

  const dialog = $("dialog");
  const view = $(".zoom__view");
  const image = $("img", view);
  let size = 1;
  const zoom = (step) => {
    const [x, y] = [view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 2];
    const before = size;
    size = Math.min(4, Math.max(1, size + step));
    image.style.setProperty("--zoom", size);
    const by = size / before;
    view.scrollTo(x * by - view.clientWidth / 2, y * by - view.clientHeight / 2);
  };
  strip.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    image.src = link.href;
    image.alt = $("img", link).alt;
    zoom(-4);
    dialog.showModal();
    view.focus();
  });
  dialog.addEventListener("click", ({ target }) => target.dataset.step && zoom(+target.dataset.step));
  dialog.addEventListener("keydown", ({ key }) => "+=-".includes(key) && zoom(key === "-" ? -1 : 1));
  view.addEventListener("dblclick", () => zoom(size > 1 ? -4 : 1));

  document.addEventListener("htmx:afterSwap", ({ target, detail: { xhr } }) => {
    if (target.id !== "choice") return;
    const index = items.findIndex(({ id }) => id === "picture-" + target.dataset.picture);
    if (index >= 0) show(index);
    const data = '[type="application/ld+json"]';
    const fresh = $(data, new DOMParser().parseFromString(xhr.response, "text/html"));
    if (fresh) $(data, document).replaceWith(fresh);
    if ($("#delivery[data-asked]", document)) $("#delivery-form", document).requestSubmit();
  });
}
