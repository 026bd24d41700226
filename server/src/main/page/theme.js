// Sets the colours before anything is drawn; the media query decides where nothing was chosen.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("freehold.theme");
  } catch {
    // A browser that keeps nothing follows the system.
  }
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
})();
