"""The package is described in pyproject.toml; here is what that cannot say: the shipped scenarios become part of it."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithScenarios(build_py):
    """`scenarios/*.yaml` of the checkout are in the package, where an installed sandbox looks for them."""

    def run(self) -> None:
        super().run()
        if not getattr(self, "editable_mode", False):  # then they are found beside the package
            target = Path(self.build_lib, "sandbox", "shipped")
            self.mkpath(str(target))
            for file in sorted(Path("scenarios").glob("*.yaml")):
                self.copy_file(str(file), str(target / file.name))


setup(cmdclass={"build_py": WithScenarios})
