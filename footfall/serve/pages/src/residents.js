// Erasing one's own day without leaving the page. Without this script the form does the same.
const form = document.querySelector("[data-erase]");
const [erased, failed] = ["[data-erased]", "[data-failed]"].map((name) => document.querySelector(name));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  erased.hidden = failed.hidden = button.disabled = true;
  let done = false;
  try {
    done = (await fetch(form.action, { method: "DELETE", credentials: "omit" })).status === 202;
  } catch {} // nobody answers
  (done ? erased : failed).hidden = false;
  button.disabled = done;
});
