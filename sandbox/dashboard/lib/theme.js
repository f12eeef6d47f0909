// Loaded before anything is painted: the chosen theme, where one was chosen, else the system's.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // a browser that keeps nothing has the system's theme
  }
})();
