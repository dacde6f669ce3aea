// The precompiled header of unit tests.
#pragma once

#include "pch.hpp"

#include <gtest/gtest.h>
