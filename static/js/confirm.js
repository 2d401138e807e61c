// <form data-confirm="id of a dialog">: ask before it is sent. Without JavaScript the server asks or offers the way back.
function ask(event) {
  const form = event.target;
  const dialog = document.getElementById(form.dataset.confirm ?? "");
  if (!dialog || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopPropagation();
  dialog.returnValue = "";
  const answered = () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
  };
  dialog.addEventListener("close", answered, { once: true });
  dialog.showModal();
}

export function startConfirm() {
  document.addEventListener("submit", ask, { capture: true });
}
