PYTHON ?= python3

.PHONY: demo run test bench install clean
demo run test bench install:
	@$(PYTHON) bootstrap.py $@ $(ARGS)

clean:
	rm -rf .venv .venv-uv build *.egg-info .mypy_cache .ruff_cache .pytest_cache demo-output
