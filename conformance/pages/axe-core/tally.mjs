// Counts checks and prints each as it ends.
export class Tally {
  passed = 0
  failed = 0

  // `faults` is what was found; a check that found nothing passed.
  note(check, faults) {
    if (faults.length === 0) this.passed++
    else this.failed++
    console.log(`${faults.length === 0 ? 'ok    ' : 'FAILED'} ${check}`)
    for (const fault of faults) console.log(`         ${fault}`)
  }

  close() {
    console.log(`${this.passed} passed, ${this.failed} failed`)
    return this.failed === 0 && this.passed > 0
  }
}
