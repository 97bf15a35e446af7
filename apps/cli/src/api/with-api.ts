import type { Api } from "./api.js";

/** Uses an API that is being opened, and closes it again, whatever comes of it. */
export async function withApi<Opened extends Api, Answer>(
  opening: Promise<Opened>,
  use: (api: Opened) => Promise<Answer>,
): Promise<Answer> {
  const api = await opening;
  try {
    return await use(api);
  } finally {
    await api.close();
  }
}
