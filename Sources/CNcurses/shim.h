#pragma once
// Before <curses.h>: without it the wide-character functions are not declared.
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <langinfo.h>
#include <locale.h>

// Swift cannot call variadic functions.
static inline const char *thaw_tiparm2(const char *capability, int first, int second) {
  return tiparm(capability, first, second);
}

// tigetstr answers (char *)-1 for what is no string capability.
static inline const char *thaw_tigetstr(const char *name) {
  char *text = tigetstr(name);
  return text == (char *)-1 ? NULL : text;
}

// A pad is never drawn by reading from it, which any other window would be.
static inline WINDOW *thaw_input_pad(void) {
  WINDOW *pad = newpad(1, 1);
  if (pad) {
    keypad(pad, TRUE);
    nodelay(pad, TRUE);
  }
  return pad;
}

// A global variable fails under Swift 6.
static inline void thaw_forget_description(void) { del_curterm(cur_term); }
