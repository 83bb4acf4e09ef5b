// In previews only: the page is loaded again when it was made again, and says why when it could not be.
(() => {
  "use strict";
  let count = null;
  const note = document.createElement("pre");
  note.setAttribute("role", "alert");
  note.style.cssText =
    "position:fixed;inset:auto 0 0 0;margin:0;padding:1em;max-height:50vh;overflow:auto;z-index:99;" +
    "white-space:pre-wrap;background:#7a1f1f;color:#fff;font:14px/1.4 monospace";

  const show = (failure) => {
    note.textContent = failure;
    if (failure) document.body.append(note);
    else note.remove();
  };

  const wait = async () => {
    try {
      const news = await (await fetch(`/state.json?${count ?? ""}`)).json();
      if (count !== null && news.count !== count && !news.failure) {
        location.reload();
        return;
      }
      count = news.count;
      show(news.failure);
      setTimeout(wait, 0);
    } catch {
      setTimeout(wait, 1000);
    }
  };
  wait();
})();
