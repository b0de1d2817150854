const kind = document.getElementById("kind"), failure = document.getElementById("failure");
const questions = [...document.querySelectorAll(".question")];
function filter() {
  let n = 0;
  for (const question of questions) {
    const failed = question.dataset.failed.split(" ").filter(Boolean);
    const wanted = failure.value === "any" ? failed.length > 0 : !failure.value || failed.includes(failure.value);
    question.hidden = !(wanted && (!kind.value || question.dataset.kind === kind.value));
    n += !question.hidden;
  }
  document.getElementById("shown").textContent = `${n} of ${questions.length} questions`;
}
kind.addEventListener("change", filter);
failure.addEventListener("change", filter);
filter();
