import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.js";

type MessageProps = {
  readonly tone: "info" | "warning" | "error";
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
};

const ICONS = { info: "info", warning: "ticket", error: "page" } as const satisfies Record<string, IconName>;

/** Something that must be said, with what to do about it. */
export function Message({ tone, title, children, action }: MessageProps) {
  return (
    <div className={`message message-${tone}`}>
      <Icon name={ICONS[tone]} />
      <div>
        <p className="message-title">{title}</p>
        {children}
      </div>
      {action}
    </div>
  );
}
