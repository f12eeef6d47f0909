// Text as a file of the reader's own.

import { h } from "./dom.js";
import { button } from "./parts.js";

export function downloadButton(label, name, text, media = "text/plain", props = {}) {
  return button(label, () => {
    const address = URL.createObjectURL(new Blob([text], { type: media }));
    const anchor = h("a", { download: name });
    anchor.href = address; // a blob of this page: `h` lets only web addresses become links
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }, { class: "small", ...props });
}
