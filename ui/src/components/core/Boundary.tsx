import { Component, type ReactNode } from "react";
import { LoadFailed } from "./LoadFailed";

type Props = { what: string; children: ReactNode /** Another value tries again. */; resetKey?: string };

/** Keeps a fault of one card or page from taking the others with it. */
export class Boundary extends Component<Props, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null });
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <LoadFailed what={this.props.what} error={this.state.error} onRetry={() => this.setState({ error: null })} />
    );
  }
}
