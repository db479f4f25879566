// The page's first script: it runs before the first paint, so that a dark page does not flash white, and asks
// at once for what the page at this address is going to need. A file, not inline: the Content-Security-Policy
// lets no inline script run. `AHEAD` is filled in by the build (see scripts/ahead.ts).
((ahead) => {
  const stored = (name) => {
    try {
      return localStorage.getItem(`linkspan.${name}`);
    } catch {
      // storage may be switched off; the system's choice is a good one
      return null;
    }
  };
  const choice = stored("theme") || "system";
  const dark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";

  const german = (stored("locale") || navigator.language).toLowerCase().startsWith("de");
  const here = ahead.find((each) => new RegExp(each.path).test(location.pathname));
  for (const href of here ? [...here.code, ...here.words[german ? "de" : "en"]] : []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  }
  // without the application's own code nothing else could say so
  const failed = (event) => {
    const root = document.getElementById("root");
    if (!(event.target instanceof HTMLScriptElement) || !root?.querySelector(".waiting")) return;
    root.textContent =
      "Linkspan could not be loaded. Check your connection and reload the page. · " +
      "Linkspan konnte nicht geladen werden. Prüfen Sie Ihre Verbindung und laden Sie die Seite neu.";
  };
  addEventListener("error", failed, true);
  window.linkspanEarly = new Map(
    (here ? here.data : []).map((url) => {
      const answer = fetch(url, { headers: { Accept: "application/json" } });
      answer.catch(() => {});
      return [url, answer];
    }),
  );
})(AHEAD);
