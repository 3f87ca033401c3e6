// Data folders that hold many messages already.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { output } from "./processes.mjs";

/** A look at each row takes a while; a fault of the filling shows in few. */
const checkedMax = 10_000;

/** The folder of a world with so many messages in it, spread over its chats; made once. */
export function filled(veche, folder, world, count) {
  const place = join(folder, "filled", String(count));
  if (!existsSync(place)) {
    const unfinished = `${place}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    output(veche, ["import", world, "--data-dir", unfinished]);
    const fill = fileURLToPath(new URL("fill.py", import.meta.url));
    output("python3", [fill, join(unfinished, "veche.db"), count]);
    renameSync(unfinished, place);
  }
  if (count <= checkedMax) output(veche, ["check", "--data-dir", place]);
  return place;
}
