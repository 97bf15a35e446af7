import { Component, type ReactNode } from "react";
import { Message } from "./message.js";

type ErrorBoundaryProps = { readonly children: ReactNode };
type ErrorBoundaryState = { readonly error?: Error };

/** Keeps a mistake in one view from taking the whole page away, the connection's state above all. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = {};

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Message
        tone="error"
        title="This view failed"
        action={
          <button type="button" onClick={() => window.location.reload()}>
            Reload the page
          </button>
        }
      >
        <p>
          That is a mistake in the dashboard: {error.message}. The same answers are at /api/v1 and by the plimsoll
          command.
        </p>
      </Message>
    );
  }
}
