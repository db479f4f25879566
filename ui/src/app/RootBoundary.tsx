import { Component, type ReactNode } from "react";

/** The last net, for when not even the words could be loaded: it speaks both languages without a catalogue. */
export class RootBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main role="alert" className="mx-auto grid min-h-dvh max-w-lg content-center gap-6 px-5 py-10">
        <Notice lang="en" title="Linkspan could not be loaded." action="Reload the page">
          Check your connection. A newer version may have been installed; reloading fetches it.
        </Notice>
        <Notice lang="de" title="Linkspan konnte nicht geladen werden." action="Seite neu laden">
          Prüfen Sie Ihre Verbindung. Vielleicht wurde eine neuere Version installiert; neu laden holt sie.
        </Notice>
      </main>
    );
  }
}

type NoticeProps = { lang: string; title: string; action: string; children: string };

function Notice({ lang, title, action, children }: NoticeProps) {
  return (
    <section lang={lang} className="rounded-lg border border-line bg-surface p-5">
      <h1 className="text-lg font-semibold">{title}</h1>
      <p className="mt-1 mb-3 text-ink-2">{children}</p>
      <button
        type="button"
        className="h-9 rounded-md bg-accent px-3.5 font-medium text-on-accent hover:bg-accent-deep"
        onClick={() => window.location.reload()}
      >
        {action}
      </button>
    </section>
  );
}
