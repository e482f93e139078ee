"""A designated Qt program: menu, clear and secret line, show-password, dropdown, button, list.

Run with Debian's python3 (PyQt5). A secret line that holds text takes on the colour it was told.
"""

from __future__ import annotations

import sys

from puppet import Strings, tell
from PyQt5 import QtCore, QtWidgets


class Desk(QtWidgets.QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Qt desk")
        self.patches: dict[str, str] = {}
        menu = self.menuBar().addMenu("File")
        for label in ("Open", "Save"):
            menu.addAction(label).triggered.connect(lambda _=0, n=label: tell(ev="menu", name=n))
        inside = QtWidgets.QWidget()
        self.setCentralWidget(inside)
        form = QtWidgets.QFormLayout(inside)
        show = QtWidgets.QCheckBox("Show password")
        combo = QtWidgets.QComboBox()
        combo.addItems(["Invoice", "Credit note", "Reminder"])
        rows = QtWidgets.QListWidget()
        rows.addItems([f"{n}" for n in range(200)])
        self.parts = {
            "note": QtWidgets.QLineEdit(), "secret": QtWidgets.QLineEdit(), "show": show,
            "combo": combo, "button": QtWidgets.QPushButton("Submit"), "text": rows,
        }  # fmt: skip
        modes = QtWidgets.QLineEdit
        secret = self.parts["secret"]
        secret.setEchoMode(modes.Password)
        show.toggled.connect(lambda on: secret.setEchoMode(modes.Normal if on else modes.Password))
        self.parts["button"].clicked.connect(lambda: tell(ev="click", name="Submit"))
        for name in ("note", "secret"):
            self.parts[name].textChanged.connect(lambda text, n=name: self.changed(n, text))
        for label, name in (("Note", "note"), ("Password", "secret"), ("Kind", "combo")):
            form.addRow(label, self.parts[name])
        for name in ("show", "button", "text"):
            form.addRow(self.parts[name])
        self.menu = menu
        self.resize(620, 560)

    def changed(self, name: str, text: str) -> None:
        tell(ev="changed", field=name, text=text)
        css = self.patches.get(name)
        if css:
            self.parts[name].setStyleSheet(f"background: {css};" if text else "")

    # ---------------------------------------------------------------------------------- orders

    def where(self, name: str) -> list[int]:
        if name == "menu":
            area = self.menuBar().actionGeometry(self.menu.menuAction())
            at = self.menuBar().mapToGlobal(area.topLeft())
            return [at.x(), at.y(), area.width(), area.height()]
        part = self.parts[name]
        at = part.mapToGlobal(QtCore.QPoint(0, 0))
        return [at.x(), at.y(), part.width(), part.height()]

    def patch(self, name: str, css: str) -> None:
        self.patches[name] = css
        if name == "menu":
            self.menu.setStyleSheet(f"QMenu {{ background: {css}; }}")
        elif name == "combo":
            self.parts["combo"].view().setStyleSheet(f"background: {css};")

    def clear(self, name: str) -> None:
        self.parts[name].clear()

    def text(self, name: str) -> str:
        return str(self.parts[name].text())

    def name(self, name: str) -> None:
        self.setWindowTitle(name)

    def label(self, text: str) -> None:
        self.parts["button"].setText(text)

    def quit(self) -> None:
        QtWidgets.QApplication.quit()


def main() -> None:
    app = QtWidgets.QApplication(sys.argv[:1])
    app.setApplicationName("qt-desk")
    app.setCursorFlashTime(0)
    desk = Desk()
    orders = ("where", "patch", "clear", "text", "name", "label", "quit")
    strings = Strings({order: getattr(desk, order) for order in orders})
    bell = QtCore.QSocketNotifier(strings.fd, QtCore.QSocketNotifier.Read)
    bell.activated.connect(lambda *_: strings.pull())
    desk.show()
    tell(ev="ready")
    app.exec_()


if __name__ == "__main__":
    main()
