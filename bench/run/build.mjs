// The binaries to measure: built in the release preset, unless they are named.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { output } from "./processes.mjs";

/** Builds targets of the release preset of a checkout; ccache serves every checkout alike. */
function release(checkout, targets) {
  execFileSync(join(checkout, "scripts/build"), ["release", ...targets], {
    cwd: checkout, stdio: ["ignore", 2, 2],
    env: { ...process.env, CCACHE_BASEDIR: checkout, CCACHE_NOHASHDIR: "1" },
  });
  return (target) => join(checkout, "build/release", target);
}

/** { veche, floor } for these servers. */
export function build(root, servers) {
  const named = process.env.VECHE && resolve(process.env.VECHE);
  if (named && !existsSync(named)) throw new Error(`VECHE: there is no ${named}`);
  const targets = [...(named ? [] : ["veche"]), ...(servers.includes("floor") ? ["floor"] : [])];
  const path = targets.length > 0 ? release(root, targets) : undefined;
  return { veche: named || path("veche"), floor: servers.includes("floor") && path("floor") };
}

/** The commit to compare with: the one that was asked for, or where this branch began. */
export function baseCommit(root, asked) {
  const git = (...words) => output("git", ["-C", root, ...words]);
  if (asked) return git("rev-parse", "--verify", `${asked}^{commit}`);
  const head = git("rev-parse", "HEAD");
  for (const main of ["origin/main", "main"]) {
    try {
      const base = git("merge-base", "HEAD", main);
      if (base !== head) return base;
    } catch {
      // This repository has no such branch.
    }
  }
  return git("rev-parse", "HEAD~1");
}

/** The binary of a commit, built in a worktree under `folder`. */
export function buildBase(root, folder, commit) {
  const named = process.env.VECHE_BASE && resolve(process.env.VECHE_BASE);
  if (named) return named;
  const checkout = join(folder, "base");
  if (existsSync(checkout)) {
    output("git", ["-C", checkout, "checkout", "--quiet", "--detach", commit]);
  } else {
    // By force: a build folder that was removed leaves its worktree registered.
    const add = ["worktree", "add", "--quiet", "--force", "--detach"];
    output("git", ["-C", root, ...add, checkout, commit]);
  }
  return release(checkout, ["veche"])("veche");
}
