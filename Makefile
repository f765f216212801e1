PYTHON ?= python3

.PHONY: demo run test bench install pjsua2-wheel clean
demo run test bench install pjsua2-wheel:
	@$(PYTHON) bootstrap.py $@ $(ARGS)

clean:
	rm -rf .venv .venv-uv build *.egg-info .mypy_cache .ruff_cache .pytest_cache demo-output
