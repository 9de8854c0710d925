// The sandbox's clock: what is today here, and yesterday, whatever the computer's own clock says.

let ahead = 0;
const followers = new Set();

/** Takes the sandbox's time, in seconds; tells those who follow if it is another than this page thought. */
export function setNow(seconds) {
  const before = ahead;
  ahead = seconds * 1000 - Date.now();
  if (Math.abs(ahead - before) > 1000) for (const follow of followers) follow();
}

/** The present moment in the sandbox. */
export function now() {
  return new Date(Date.now() + ahead);
}

/** Calls *follow()* whenever the clock was moved, and every minute. */
export function whenTimePasses(follow) {
  followers.add(follow);
  setInterval(follow, 60000);
}
