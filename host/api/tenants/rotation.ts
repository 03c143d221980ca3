import { z } from "zod";
import { rotateSecrets } from "../../store/rotate-secrets.ts";
import { ApiError } from "../api-error.ts";
import { route } from "../route.ts";
import { nothing } from "../subjects.ts";

/** Changing the key that secrets are sealed with. */
export const rotationRoutes = [
  route("/api/rotate_encryption_key", nothing, (declare) => ({
    POST: declare({
      summary: "Seal every stored secret anew with ENCRYPTION_KEY",
      description: "Those that ENCRYPTION_KEY_PREVIOUS sealed, too, which can be taken away afterwards.",
      role: "operator",
      access: "write",
      answer: z
        .strictObject({
          sealed: z.int(),
          unreadable: z.array(z.string()).meta({ description: "What neither key opens: it has to be entered again." }),
        })
        .meta({ id: "Rotation" }),
      async handle({ env, scope }) {
        if (!env.ENCRYPTION_KEY) throw ApiError.unavailable("The Worker has no ENCRYPTION_KEY to seal with.");
        return rotateSecrets(scope.db, env);
      },
    }),
  })),
];
