#pragma once
// Before <curses.h>: without it the wide-character functions are not declared.
#define NCURSES_WIDECHAR 1
#include <curses.h>
