// Runs before the first paint, so that a dark page does not flash white. A file, not inline: the
// Content-Security-Policy lets no inline script run.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("linkspan.theme") || "system";
  } catch {
    // storage may be switched off; the system's choice is a good one
  }
  const dark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
