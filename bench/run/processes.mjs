// Other programs, run to their end.
import { execFile, execFileSync } from "node:child_process";

/** What a program prints, without the last line end. Throws what it says when it fails. */
export function output(program, words, options = {}) {
  try {
    return execFileSync(program, words.map(String), {
      encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"], ...options,
    }).trimEnd();
  } catch (error) {
    const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim();
    throw new Error(`${program} ${words.join(" ")}: ${said || error.message}`);
  }
}

/** The same without waiting: { code, stdout, stderr }. */
export function run(program, words, { timeoutMs, ...options } = {}) {
  return new Promise((resolve) => {
    const settings = { encoding: "utf8", maxBuffer: 1 << 28, timeout: timeoutMs, ...options };
    execFile(program, words.map(String), settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      resolve({ code, stdout, stderr: stderr || (error?.killed ? "it took too long" : "") });
    });
  });
}
