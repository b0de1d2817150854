const kind = document.getElementById("kind"), wants = document.getElementById("wants");
const failure = document.getElementById("failure");
const questions = [...document.querySelectorAll(".question")];
function filter() {
  let n = 0;
  for (const question of questions) {
    const failed = question.dataset.failed.split(" ").filter(Boolean);
    const wanted = failure.value === "any" ? failed.length > 0 : !failure.value || failed.includes(failure.value);
    const sameKind = !kind.value || question.dataset.kind === kind.value;
    question.hidden = !(wanted && sameKind && (!wants.value || question.dataset.wants === wants.value));
    n += !question.hidden;
  }
  document.getElementById("shown").textContent = `${n} of ${questions.length} questions`;
}
kind.addEventListener("change", filter);
wants.addEventListener("change", filter);
failure.addEventListener("change", filter);
filter();
