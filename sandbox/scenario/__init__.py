"""Stories of cardholders, banks, time and the network, played against a running sandbox from outside, with a verdict.

`reader.read` makes a `Scenario` of YAML, `library` finds the shipped ones, `runner.play` plays one on one provider over httpx
and answers a `Verdict`, and `report` shows verdicts. Nothing here imports the server or a provider: what a story may say in
neutral words, `dialects` says in a provider's.
"""
