import { useState } from "react";

type Copied = "no" | "yes" | "failed";

/** Puts a text where it can be pasted, and says whether it did. */
export function CopyButton({ text, children }: { readonly text: string; readonly children: string }) {
  const [copied, setCopied] = useState<Copied>("no");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied("yes");
    } catch {
      // Browsers refuse on plain HTTP from another machine: the text can still be selected.
      setCopied("failed");
    }
  };
  const words = copied === "yes" ? "Copied" : copied === "failed" ? "Could not copy: select it by hand" : children;
  return (
    <button type="button" className="copy" onClick={() => void copy()} onBlur={() => setCopied("no")}>
      <span aria-live="polite">{words}</span>
    </button>
  );
}
