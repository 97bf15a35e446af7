import { CopyButton } from "./copy-button.js";

/** A command for the terminal, shown as it is copied. */
export function CopyCommand({ command }: { readonly command: string }) {
  return (
    <div className="command">
      <code>{command}</code>
      <CopyButton text={command}>Copy the command</CopyButton>
    </div>
  );
}
