import { useId, useState, type SubmitEvent } from "react";
import { useDashboard } from "../api/dashboard-context.js";
import { signIn } from "../api/sign-in.js";
import { useSession } from "../api/use-session.js";
import { Message } from "../parts/message.js";
import { PageTitle } from "../parts/page-title.js";
import { returnPath } from "../router/return-path.js";
import { useLocation, useRouter } from "../router/router-context.js";

type SignInViewProps = {
  /** Instead of a page that may not be read yet: it is there once somebody signed in. */
  readonly inPlace?: boolean;
};

/** Asks for a name and a password. */
export function SignInView({ inPlace = false }: SignInViewProps) {
  const { live, store } = useDashboard();
  const router = useRouter();
  const { query } = useLocation();
  const session = useSession();
  const arrive = () => {
    store.refresh("all");
    live.verify();
    if (!inPlace) router.navigate(returnPath(query.get("to")), { replace: true });
  };
  const nobody = session?.state === "signed-out" && !session.hasUsers;
  return (
    <div className="sign-in">
      <PageTitle path={[]} title="Sign in">
        <p className="quiet">
          {inPlace ? "Reading here needs somebody to sign in." : "Whoever decides something here signs in first."}
        </p>
      </PageTitle>
      {nobody && (
        <Message tone="info" title="Nobody can sign in yet">
          <p>
            Open the link that the service printed when it started, or run{" "}
            <code>plimsoll user add &lt;name&gt; --role admin</code> on its machine.
          </p>
        </Message>
      )}
      <SignInForm action="Sign in" onArrive={arrive} />
    </div>
  );
}

/** What follows the link of the first start: the first admin chooses a name and a password. */
export function SignInLinkView() {
  const { live, store } = useDashboard();
  const router = useRouter();
  // Behind the # it was sent to nobody. Kept here, and taken out of the address once it was used.
  const [secret] = useState(() => window.location.hash.slice(1));
  const arrive = () => {
    store.refresh("all");
    live.verify();
    router.navigate("/", { replace: true });
  };
  return (
    <div className="sign-in">
      <PageTitle path={[]} title="Become the first admin">
        <p className="quiet">
          An admin adds everybody else. A password has 12 characters or more; a few words that do not belong together
          are good.
        </p>
      </PageTitle>
      {secret === "" ? (
        <Message tone="error" title="This is not the whole link">
          <p>Open it as the service printed it, with what stands behind the #.</p>
        </Message>
      ) : (
        <SignInForm action="Become the first admin" secret={secret} onArrive={arrive} />
      )}
    </div>
  );
}

type SignInFormProps = {
  readonly action: string;
  /** There for a link: the password is a new one then, and typed twice. */
  readonly secret?: string;
  readonly onArrive: () => void;
};

function SignInForm({ action, onArrive, secret }: SignInFormProps) {
  const id = useId();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const isNew = secret !== undefined;
  const submit = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const text = (name: string) => {
      const value = fields.get(name);
      return typeof value === "string" ? value : "";
    };
    if (isNew && text("password") !== text("again")) return setProblem("The two passwords are not the same.");
    setBusy(true);
    const given = { name: text("name").trim(), password: text("password") };
    const failure = await signIn(isNew ? { ...given, secret } : given);
    setBusy(false);
    setProblem(failure?.message);
    if (failure === undefined) onArrive();
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void submit(event.currentTarget);
  };
  return (
    <form className="sign-in-form" onSubmit={onSubmit} aria-describedby={problem === undefined ? undefined : id}>
      <label className="field">
        Name
        <input name="name" required autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={63} />
      </label>
      <label className="field">
        Password
        <PasswordInput name="password" isNew={isNew} />
      </label>
      {isNew && (
        <label className="field">
          The same again
          <PasswordInput name="again" isNew />
        </label>
      )}
      <div id={id} role="alert">
        {problem !== undefined && <p className="alarm">{problem}</p>}
      </div>
      <button type="submit" disabled={busy}>
        {busy ? "One moment …" : action}
      </button>
    </form>
  );
}

function PasswordInput({ isNew, name }: { readonly isNew: boolean; readonly name: string }) {
  return (
    <input
      name={name}
      type="password"
      required
      minLength={isNew ? 12 : undefined}
      maxLength={256}
      autoComplete={isNew ? "new-password" : "current-password"}
    />
  );
}
