// The order in which a conversation is read: by time, replies under what they answer, long threads folded.

const LONGEST = 5; // replies that are all shown; of more, only the last ones until somebody unfolds them
const LAST = 3;

/** Items {key, message, reply, echo, fold}: *echo* is what a reply answers that the whole channel sees too. */
export function reading(messages, unfolded) {
  const byTime = [...messages].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const known = new Map(messages.map((one) => [one.ts, one]));
  const replies = grouped(byTime.filter(answers));
  const items = [];
  for (const message of byTime) {
    if (!answers(message)) {
      items.push({ key: message.ts, message }, ...thread(message, replies.get(message.ts) ?? [], unfolded));
    } else if (message.broadcast) items.push({ key: `${message.ts} echo`, message, echo: known.get(message.thread_ts) });
  }
  return items;

  function answers(one) {
    return Boolean(one.thread_ts) && one.thread_ts !== one.ts && known.has(one.thread_ts);
  }
}

function grouped(replies) {
  const groups = new Map();
  for (const one of replies) groups.set(one.thread_ts, [...(groups.get(one.thread_ts) ?? []), one]);
  return groups;
}

function thread(root, replies, unfolded) {
  const items = replies.map((message) => ({ key: `${message.ts} reply`, message, reply: root }));
  if (replies.length <= LONGEST) return items;
  const open = unfolded.has(root.ts);
  const fold = { key: `fold ${root.ts}`, fold: { ts: root.ts, open, count: replies.length - LAST } };
  return [fold, ...(open ? items : items.slice(-LAST))];
}
