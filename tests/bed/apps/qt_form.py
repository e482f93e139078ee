#!/usr/bin/python3
"""A Qt 5 form: menu bar, text, password with a show toggle, combo box, buttons, a list.

Prints one JSON line for everything that really happens, and where each control lies on the desktop.
"""

from __future__ import annotations

import json
import sys
import time

from PyQt5 import QtCore, QtWidgets


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


class Form(QtWidgets.QMainWindow):
    """The only window; ``controls`` are what a test may click."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Qt sample form")
        self.controls: dict[str, QtWidgets.QWidget] = {}
        self.told: dict[str, list[int]] = {}
        self.menu = self.menuBar().addMenu("File")
        for name in ("Open", "Save"):
            self._item(self.menu, name)
        self.deeper = self.menu.addMenu("Recent")
        self._item(self.deeper, "Notes")
        middle = QtWidgets.QWidget()
        self.setCentralWidget(middle)
        self.form = QtWidgets.QFormLayout(middle)
        for name in ("User name", "Password", "Note"):
            self._line(name)
        password = self.controls["Password"]
        modes = QtWidgets.QLineEdit.EchoMode
        password.setEchoMode(modes.Password)
        self._toggle(
            "Show password", lambda on: password.setEchoMode(modes.Normal if on else modes.Password)
        )
        combo = QtWidgets.QComboBox()
        combo.addItems(["Invoice", "Credit note", "Reminder"])
        combo.activated[str].connect(lambda name: say(event="combo", name=name))
        self._row("Kind", combo)
        for name in ("Submit", "Hang"):
            self._button(name)
        rows = QtWidgets.QListWidget()
        rows.addItems(["First row", "Second row"])
        self.form.addRow(rows)
        self.rows = rows
        self.combo = combo
        self.resize(420, 460)

    def _item(self, menu: QtWidgets.QMenu, name: str) -> None:
        menu.addAction(name).triggered.connect(lambda: say(event="menu", name=name))

    def _row(self, name: str, widget: QtWidgets.QWidget) -> None:
        self.form.addRow(name, widget)
        self.controls[name] = widget

    def _line(self, name: str) -> None:
        line = QtWidgets.QLineEdit()
        line.textChanged.connect(
            lambda text: say(event="changed", name=name, length=len(text), t=time.monotonic_ns())
        )
        if name == "Note":
            line.textChanged.connect(lambda text: say(event="note", text=text))
        self._row(name, line)

    def _toggle(self, name: str, act: object) -> None:
        toggle = QtWidgets.QCheckBox(name)
        toggle.toggled.connect(act)
        self.form.addRow(toggle)
        self.controls[name] = toggle

    def _button(self, name: str) -> None:
        button = QtWidgets.QPushButton(name)
        button.clicked.connect(lambda: self._clicked(name))
        self.form.addRow(button)
        self.controls[name] = button

    def _clicked(self, name: str) -> None:
        say(event="button", name=name)
        if name == "Hang":
            time.sleep(2)

    def tell(self) -> None:
        """Print where everything is now, if that is news."""
        boxes = {n: self._box(w, w.rect()) for n, w in self.controls.items()}
        for menu in (self.menuBar(), self.menu, self.deeper):
            if menu.isVisible():
                for action in menu.actions():
                    boxes[action.text()] = self._box(menu, menu.actionGeometry(action))
        for view in (self.rows, self.combo.view()):
            if view.isVisible():
                for row in range(view.model().rowCount()):
                    index = view.model().index(row, 0)
                    boxes[index.data()] = self._box(view.viewport(), view.visualRect(index))
        if boxes != self.told:
            say(event="boxes", boxes=boxes)
        self.told = boxes

    def _box(self, widget: QtWidgets.QWidget, rect: QtCore.QRect) -> list[int]:
        at = widget.mapToGlobal(rect.topLeft())
        k = self.devicePixelRatioF()
        return [round(n * k) for n in (at.x(), at.y(), rect.width(), rect.height())]

    def focused(self, _old: object, new: object) -> None:
        """Print what has the keyboard now."""
        for name, widget in self.controls.items():
            if widget is new:
                say(event="focus", name=name)


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv[:1])
    app.setApplicationName("qt-form")
    app.setStyle("Fusion")
    shown = Form()
    shown.move(*(int(n) for n in sys.argv[1].split(",")))
    shown.show()
    app.focusChanged.connect(shown.focused)
    ticking = QtCore.QTimer()
    ticking.timeout.connect(shown.tell)
    ticking.start(50)
    app.exec()
