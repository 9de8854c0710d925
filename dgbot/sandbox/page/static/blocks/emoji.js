// The emoji that people write by name; a name that is not here stays as it was written.

const NAMES = Object.fromEntries(`
+1 👍, -1 👎, 100 💯, alarm_clock ⏰, arrow_down ⬇️, arrow_left ⬅️, arrow_right ➡️, arrow_up ⬆️,
arrows_counterclockwise 🔄, bangbang ‼️, bar_chart 📊, beer 🍺, bell 🔔, black_circle ⚫, blue_heart 💙, blush 😊,
book 📖, boom 💥, bug 🐛, bulb 💡, bust_in_silhouette 👤, busts_in_silhouette 👥, calendar 📆,
chart_with_downwards_trend 📉, chart_with_upwards_trend 📈, clap 👏, clipboard 📋, clock1 🕐,
closed_lock_with_key 🔐, coffee ☕, confetti_ball 🎊, construction 🚧, credit_card 💳, crossed_fingers 🤞, cry 😢,
date 📅, dollar 💵, email 📧, exclamation ❗, eyes 👀, facepalm 🤦, file_folder 📁, fire 🔥, gear ⚙️, gem 💎, gift 🎁,
globe_with_meridians 🌐, green_heart 💚, grin 😁, hammer 🔨, hammer_and_wrench 🛠️, hand 🖐️, handshake 🤝,
headphones 🎧, heart ❤️, heavy_check_mark ✔️, heavy_exclamation_mark ❗, heavy_minus_sign ➖, heavy_plus_sign ➕,
hourglass ⌛, hourglass_flowing_sand ⏳, hugging_face 🤗, inbox_tray 📥, information_source ℹ️, joy 😂, key 🔑,
label 🏷️, large_blue_circle 🔵, large_brown_circle 🟤, large_green_circle 🟢, large_orange_circle 🟠,
large_purple_circle 🟣, large_red_square 🟥, large_yellow_circle 🟡, link 🔗, lock 🔒, loudspeaker 📢, mag 🔍,
mega 📣, memo 📝, microphone 🎤, money_with_wings 💸, moneybag 💰, muscle 💪, no_bell 🔕, no_entry ⛔,
no_entry_sign 🚫, ok ✅, ok_hand 👌, open_mouth 😮, outbox_tray 📤, package 📦, paperclip 📎, partying_face 🥳,
pencil ✏️, pencil2 ✏️, point_down 👇, point_left 👈, point_right 👉, point_up ☝️, pray 🙏, pushpin 📌, question ❓,
rage 😡, raised_hands 🙌, recycle ♻️, red_circle 🔴, robot_face 🤖, rocket 🚀, rotating_light 🚨, scream 😱,
seedling 🌱, shield 🛡️, shrug 🤷, skull 💀, sleeping 😴, slightly_smiling_face 🙂, small_red_triangle 🔺,
small_red_triangle_down 🔻, smile 😄, smiley 😃, snail 🐌, sob 😭, sparkles ✨, speech_balloon 💬, star ⭐,
stop_sign 🛑, stopwatch ⏱️, sunglasses 😎, sweat_smile 😅, tada 🎉, telephone_receiver 📞, thinking_face 🤔,
thumbsdown 👎, thumbsup 👍, timer_clock ⏲️, trophy 🏆, truck 🚚, umbrella ☂️, unlock 🔓, warning ⚠️,
wastebasket 🗑️, wave 👋, white_check_mark ✅, white_circle ⚪, wink 😉, wrench 🔧, x ❌, yellow_heart 💛, yum 😋,
zap ⚡, zzz 💤
`.trim().split(/,\s+/).map((pair) => pair.split(" ")));

export function emojied(text) {
  return text.replace(/:([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?/g, (whole, name) => (Object.hasOwn(NAMES, name) ? NAMES[name] : whole));
}

/** *unicode* is Slack's own answer, such as 1f44d or 1f44d-1f3fb, for a name that is not here. */
export function emoji(name, unicode = "") {
  if (Object.hasOwn(NAMES, name)) return NAMES[name];
  return /^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(unicode)
    ? String.fromCodePoint(...unicode.split("-").map((one) => Math.min(parseInt(one, 16), 0x10ffff))) : `:${name}:`;
}
