import { Component, type ReactNode } from "react";
import { forgetFailures } from "@/api/failures";
import { LoadFailed } from "./LoadFailed";

type Props = {
  what: string;
  children: ReactNode;
  /** Another value tries again. */
  resetKey?: string;
  /** What to show instead of the usual notice. */
  fallback?: (error: unknown, retry: () => void) => ReactNode;
  onFault?: () => void;
};

/** Keeps a fault of one card or page from taking the others with it. */
export class Boundary extends Component<Props, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch() {
    forgetFailures();
    this.props.onFault?.();
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null });
  }

  override render() {
    const { children, fallback, what } = this.props;
    const { error } = this.state;
    if (!error) return children;
    const retry = () => this.setState({ error: null });
    return fallback ? fallback(error, retry) : <LoadFailed what={what} error={error} onRetry={retry} />;
  }
}
