import { type ComponentProps, useState } from "react";
import { TextField } from "@/components/core";
import { useT } from "@/i18n";

type Props = Omit<ComponentProps<typeof TextField>, "type">;

/** A password that can be looked at: what was mistyped need not be typed twice. */
export function PasswordField(props: Props) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <TextField
        {...props}
        type={shown ? "text" : "password"}
        spellCheck={false}
        autoCapitalize="off"
        className="pr-16"
      />
      <button
        type="button"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute top-[1.97rem] right-1.5 h-6 rounded-sm px-2 text-sm text-accent hover:bg-accent-soft max-md:top-[2rem] max-md:h-8"
      >
        {t(shown ? "password.hide" : "password.show")}
        <span className="sr-only"> {props.label}</span>
      </button>
    </div>
  );
}
