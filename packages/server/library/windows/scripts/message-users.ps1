# Shows a message to all logged-in users.
# Facts: loggedInUsers (the number of sessions).
# Exit codes: 0 the message was shown, or nobody is logged in; 1 it could not be shown; 2 a parameter is wrong;
# 3 this edition of Windows has no msg.exe.
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

$message = [string] $env:PATCHBAY_MESSAGE
if ($message -eq '') { Stop-Script 2 'PATCHBAY_MESSAGE is missing' }
$seconds = Read-Number 'PATCHBAY_SECONDS' 300 1
$msg = "$env:SystemRoot\System32\msg.exe"
if (-not (Test-Path -LiteralPath $msg)) { Stop-Script 3 'this edition of Windows has no msg.exe' }

# quser.exe complains, and ends with 1, when nobody is logged in; its first line is a heading.
$sessions = @(& "$env:SystemRoot\System32\cmd.exe" '/d' '/c' 'quser.exe 2>nul' | Select-Object -Skip 1)
Publish-Fact 'loggedInUsers' "$($sessions.Count)"
if ($sessions.Count -eq 0) {
    Write-Output 'Nobody is logged in.'
    exit 0
}
# Without words on its command line it reads the message from its input.
$message | & $msg '*' "/TIME:$seconds"
if ($LASTEXITCODE -ne 0) { Stop-Script 1 "msg.exe ended with exit code $LASTEXITCODE" }
Write-Output "The message was shown in $($sessions.Count) sessions:"
Write-Output $sessions
exit 0
