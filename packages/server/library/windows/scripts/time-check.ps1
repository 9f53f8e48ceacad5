# Checks that the Windows Time service keeps the clock right; changes nothing.
# Facts: timeSynchronized (true or false), timeSource, timeOffsetMilliseconds (where it is known).
# Exit codes: 0 it does, 1 it does not, or the clock is too far off; 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$most = Read-Number 'PATCHBAY_MAX_OFFSET_MS' 1000 0
$w32tm = "$env:SystemRoot\System32\w32tm.exe"

if ((Get-Service -Name 'W32Time').Status -ne 'Running') {
    Publish-Fact 'timeSynchronized' 'false'
    Stop-Script 1 'the Windows Time service does not run'
}
$source = (@(& $w32tm '/query' '/source') -join ' ').Trim()
if ($LASTEXITCODE -ne 0) { Stop-Script 1 "w32tm.exe ended with exit code $LASTEXITCODE" }
Publish-Fact 'timeSource' $source
if ($source -match 'CMOS|Free-running') {
    Publish-Fact 'timeSynchronized' 'false'
    Stop-Script 1 "the clock is not synchronized: its source is $source"
}

# Each sample is a line such as "12:30:01, +00.0012345s", whatever the language. A hypervisor cannot be asked so.
$server = $source -replace ',0x[0-9a-f]+$', ''
$offset = $null
if ($server -match '^[A-Za-z0-9.-]+$') {
    foreach ($line in @(& $w32tm '/stripchart' "/computer:$server" '/samples:3' '/dataonly')) {
        if ($line -match ',\s*[+-]?(\d+\.\d+)s') {
            $offset = [int] ([double]::Parse($Matches[1], [Globalization.CultureInfo]::InvariantCulture) * 1000)
        }
    }
}
if ($null -eq $offset) {
    Publish-Fact 'timeSynchronized' 'true'
    Write-Output "$source keeps the clock; the offset is not known."
    exit 0
}
Publish-Fact 'timeOffsetMilliseconds' "$offset"
if ($offset -gt $most) {
    Publish-Fact 'timeSynchronized' 'false'
    Stop-Script 1 "$source keeps the clock, but it is $offset ms off, more than $most ms"
}
Publish-Fact 'timeSynchronized' 'true'
Write-Output "$source keeps the clock, $offset ms off."
exit 0
